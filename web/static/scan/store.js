// What this phone keeps: one IndexedDB. A change resolves only when the browser says that it is on the disk.

const NAME = "mashang-scanner";
const VERSION = 1;
const KEPT = "kept";
const TURN = "seq";
const STORES = { [KEPT]: null, outbox: "key", batches: "batch", carried: "id", refused: "key", recent: "key" };

export class Store {
  static async open() {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, keyPath ? { keyPath } : {});
      asked.transaction.objectStore("outbox").createIndex(TURN, TURN);
    };
    return new Store(await done(asked));
  }

  constructor(database) {
    this.database = database;
    database.addEventListener("versionchange", () => database.close());
  }

  async get(name) {
    return done(this.database.transaction(KEPT).objectStore(KEPT).get(name));
  }

  async put(name, value) {
    await this.change([KEPT], (of) => of(KEPT).put(value, name));
  }

  async drop(name) {
    await this.change([KEPT], (of) => of(KEPT).delete(name));
  }

  async all(store) {
    return done(this.database.transaction(store).objectStore(store).getAll());
  }

  // The first of the queue, in turn.
  async firsts(store, limit) {
    const turn = this.database.transaction(store).objectStore(store).index(TURN);
    return done(limit === Infinity ? turn.getAll() : turn.getAll(null, limit));
  }

  // Those of these that are still there.
  async some(store, keys) {
    const held = this.database.transaction(store).objectStore(store);
    return (await Promise.all(keys.map((key) => done(held.get(key))))).filter((one) => one !== undefined);
  }

  async count(store) {
    return done(this.database.transaction(store).objectStore(store).count());
  }

  // One transaction over `stores`; `work` gets a function from name to store, asks, and does not wait for anything else.
  // All of it is on the disk when this resolves, or none of it ever will be.
  async change(stores, work) {
    const transaction = this.database.transaction(stores, "readwrite", { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    });
    try {
      work((name) => transaction.objectStore(name));
    } catch (broken) {
      transaction.abort();
      await ended.catch(() => undefined);
      throw broken;
    }
    await ended;
  }

  async wipe() {
    await this.change(Object.keys(STORES), (of) => Object.keys(STORES).forEach((name) => of(name).clear()));
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
