// Where tokens lie: access and ID tokens in memory alone; over a reload, in this tab, only what renews them.
import type { StateStore } from "oidc-client-ts";

/** What may lie in sessionStorage, out of the user as the library stores it. */
export function lasting(stored: string): string {
  const { refresh_token, scope, token_type, profile } = JSON.parse(stored) as Record<string, unknown>;
  return JSON.stringify({ refresh_token, scope, token_type, profile });
}

export class Shelf implements StateStore {
  readonly #memory = new Map<string, string>();

  constructor(private readonly storage: Storage = sessionStorage) {}

  async set(key: string, value: string): Promise<void> {
    this.#memory.set(key, value);
    this.storage.setItem(key, lasting(value));
  }

  async get(key: string): Promise<string | null> {
    return this.#memory.get(key) ?? this.storage.getItem(key);
  }

  async remove(key: string): Promise<string | null> {
    const value = await this.get(key);
    this.#memory.delete(key);
    this.storage.removeItem(key);
    return value;
  }

  async getAllKeys(): Promise<string[]> {
    return [...this.#memory.keys()];
  }
}
