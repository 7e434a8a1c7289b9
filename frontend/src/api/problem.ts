// What went wrong, as the server tells it (application/problem+json), or that it could not be reached.
export interface Conflict {
  image_id: string;
  expected: number;
  actual: number;
}

interface ProblemBody {
  title?: string;
  detail?: string;
  correlation_id?: string;
  errors?: { where: string; what: string }[];
  conflicts?: Conflict[];
  admins?: string[];
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
  ) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
  }

  get correlation_id(): string | null {
    return this.body.correlation_id ?? null;
  }

  get errors(): { where: string; what: string }[] {
    return this.body.errors ?? [];
  }

  /** Of a 403: who can grant the right. */
  get admins(): string[] {
    return this.body.admins ?? [];
  }

  get conflicts(): Conflict[] {
    return this.body.conflicts ?? [];
  }
}

/** The server could not be reached: nothing is known about what it did. */
export class Unreachable extends Error {}

/** The sign-in has ended: nothing was done, and it can be asked again after signing in. */
export class SignedOut extends Error {}

/** Waiting and asking again can help. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && (error.status >= 500 || error.status === 429));
}

export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  try {
    return new Problem(response.status, JSON.parse(text) as ProblemBody);
  } catch {
    return new Problem(response.status, { detail: text.slice(0, 300) || response.statusText });
  }
}
