/** Moves the focus among the links and buttons of a list; from elsewhere it goes to the current, or to the first. */
export function moveFocus(list: HTMLElement | null, by: number): void {
  const items = [...(list?.querySelectorAll<HTMLElement>('a, [data-row]') ?? [])];
  const index = items.findIndex((item) => item === document.activeElement);
  const current = items.find((item) => item.getAttribute('aria-current') === 'true');
  const next = index < 0 ? (current ?? items[0]) : items[index + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
