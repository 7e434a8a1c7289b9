// The failures of a request: a problem that the server describes, or a server that cannot be reached.
export interface Conflict {
  image_id: string;
  expected: number;
  actual: number;
}

export interface InvalidField {
  where: string;
  what: string;
  code?: string;
  parameters?: Record<string, unknown>;
}

interface ProblemBody {
  title?: string;
  /** The rule that said no, or the kind of the error. */
  code?: string;
  parameters?: Record<string, unknown>;
  detail?: string;
  correlation_id?: string;
  errors?: InvalidField[];
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

  get code(): string {
    return this.body.code ?? "";
  }

  get errors(): InvalidField[] {
    return this.body.errors ?? [];
  }

  /** The people who can grant the right, for a 403. */
  get admins(): string[] {
    return this.body.admins ?? [];
  }

  get conflicts(): Conflict[] {
    return this.body.conflicts ?? [];
  }
}

/** The server could not be reached. It is not known what the server did. */
export class Unreachable extends Error {}

/** The sign-in has ended. Nothing was done, and the request can be repeated after a new sign-in. */
export class SignedOut extends Error {}

/** Return true when a later attempt can succeed. */
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
