import { printable } from '../text/printable.js';

/** Rows in columns, each as wide as its widest cell; one line a row, whatever is in it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => printable(cell.replace(/[\t\n]/g, '?'))));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) => `${padded(cells, widths).join('  ').trimEnd()}\n`).join('');
}

function padded(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
}
