// The storage of tokens: access and ID tokens in memory, the refresh token in this tab's sessionStorage.
import type { StateStore } from "oidc-client-ts";

/** The fields of the stored user that sessionStorage may hold. */
export function lasting(stored: string): string {
  const { refresh_token, scope, token_type, profile } = JSON.parse(stored) as Record<string, unknown>;
  return JSON.stringify({ refresh_token, scope, token_type, profile });
}

export class TokenStorage implements StateStore {
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
