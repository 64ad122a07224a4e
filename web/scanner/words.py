"""What the scanner says: a key for its scripts, and the marked sentence. Both languages go to the browser as JSON."""

from collections.abc import Mapping

from domain.text import N_
from web.scanner.sentences import SCREENS

CHECK: Mapping[str, str] = {
    "check_title": N_("Can this phone scan?"),
    "check_lead": N_("This page tries everything that the scanner needs. Open it on the phone that is to be used, before it is needed."),
    "check_secure": N_("Safe connection"),
    "check_crypto": N_("Checks signatures"),
    "check_storage": N_("Keeps records without a network"),
    "check_offline": N_("Opens without a network"),
    "check_decoder": N_("Reads codes from pictures"),
    "check_camera": N_("Camera"),
    "check_trying": N_("Trying …"),
    "check_press": N_("Not tried yet: press the button below."),
    "check_good": N_("Works"),
    "check_bad": N_("Does not work"),
    "check_took": N_("Works, {ms} ms"),
    "check_start": N_("Try the camera"),
    "check_hold": N_("Now hold a code in front of the camera."),
    "check_read": N_("A code was read in {ms} ms."),
    "check_all": N_("This phone can scan."),
    "check_not_all": N_("This phone cannot scan: use another one, or type short codes."),
    "no_camera": N_("This device has no camera."),
    "not_allowed": N_("The camera is not allowed. Allow it in the settings of the browser."),
    "in_use": N_("The camera is in use by another program."),
    "insecure": N_("The camera works over https only."),
    "decoder_missing": N_("The part that reads codes is missing. Load this page again with a network."),
}  # fmt: skip
WORDS: Mapping[str, str] = {**CHECK, **SCREENS}
