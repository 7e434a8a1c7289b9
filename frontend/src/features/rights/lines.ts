// Splits a text field into its lines.
import type { RoleName } from "@/api/types";

export function linesIn(role: RoleName, text: string): string[] {
  if (role !== "machine") return [];
  return [...new Set(text.split(/[,、\s]+/).filter(Boolean))];
}
