// The change sets of one picture that can be undone and redone.
import type { Change, ChangeSet } from "./types";

const KEPT = 200;

export class History {
  private done: ChangeSet[] = [];
  private undone: ChangeSet[] = [];

  get can_undo(): boolean {
    return this.done.length > 0;
  }

  get can_redo(): boolean {
    return this.undone.length > 0;
  }

  clear(): void {
    this.done = [];
    this.undone = [];
  }

  push(set: ChangeSet): void {
    const last = this.done.at(-1);
    const joins = last && isNextNudge(last, set);
    this.done = joins ? [...this.done.slice(0, -1), joined(last, set)] : [...this.done, set].slice(-KEPT);
    this.undone = [];
  }

  /** Return the reverse of the last change set; undefined when there is none. */
  undo(): ChangeSet | undefined {
    const set = this.done.pop();
    if (set) this.undone.push(set);
    return set && reversed(set);
  }

  redo(): ChangeSet | undefined {
    const set = this.undone.pop();
    if (set) this.done.push(set);
    return set;
  }
}

/** Return true for a nudge of the shapes that were nudged last. */
const isNextNudge = (last: ChangeSet, set: ChangeSet): boolean =>
  last.edit === "nudge" &&
  set.edit === "nudge" &&
  last.changes.length === set.changes.length &&
  last.changes.every(({ after }, at) => after === set.changes[at]!.before);

const joined = (last: ChangeSet, set: ChangeSet): ChangeSet => ({
  edit: set.edit,
  changes: set.changes.map(({ after }, at) => ({ before: last.changes[at]!.before, after })),
});

const reversed = ({ edit, changes }: ChangeSet): ChangeSet => ({
  edit,
  changes: changes.map(({ before, after }): Change => ({ before: after, after: before })).reverse(),
});
