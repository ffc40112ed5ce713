import { printable } from '../text/printable.js';

/** Formats rows as aligned columns, one line per row even if a cell has line breaks. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => printable(cell.replace(/[\t\n]/g, '?'))));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) => `${padCells(cells, widths).join('  ').trimEnd()}\n`).join('');
}

function padCells(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
}
