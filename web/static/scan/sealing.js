// Encrypts what lies on this phone, with a key that nobody can take out of it.

const AES = { name: "AES-GCM", length: 256 };

export async function newSealingKey() {
  return crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
}

// The key kept under `name`, made when it is first needed. Two tabs that make one at once end with the same.
export async function sealingKey(store, name) {
  const fresh = await newSealingKey();
  let key = fresh;
  await store.change(["kept"], (of) => {
    const asked = of("kept").get(name);
    asked.onsuccess = () => {
      if (asked.result) key = asked.result;
      else of("kept").put(fresh, name);
    };
  });
  return key;
}

export async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

export async function unseal(key, { iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data)));
}
