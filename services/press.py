"""The press: signs and reads codes with the office's keys, and says what it saw in the house's words."""


