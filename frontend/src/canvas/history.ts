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
    this.done = [...this.done, set].slice(-KEPT);
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

const reversed = ({ edit, changes }: ChangeSet): ChangeSet => ({
  edit,
  changes: changes.map(({ before, after }): Change => ({ before: after, after: before })).reverse(),
});
