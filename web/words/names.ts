/** Whether a text has a name as a word of its own: `pve10` does not name `pve1`. */
export function names(text: string, name: string): boolean {
  return text.split(/[^\p{L}\p{N}_.-]+/u).some((word) => word.replace(/\.$/, '') === name);
}
