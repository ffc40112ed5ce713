const ITEM = '[role="treeitem"]';

/** Does what a key does in a tree. @returns whether it did something. */
export function moveInTree(tree: HTMLElement, key: string): boolean {
  const item = document.activeElement?.closest<HTMLElement>(ITEM);
  if (!item || !tree.contains(item)) return false;
  const isButton = document.activeElement instanceof HTMLButtonElement;
  if (isButton && (key === 'Enter' || key === ' ')) return false;
  const to = targetOf(tree, item, key);
  to?.focus();
  return to !== undefined;
}

/** Tab leads to the item that had the focus last. */
export function stopAt(tree: HTMLElement, target: Element): void {
  const item = target.closest<HTMLElement>(ITEM);
  if (!item) return;
  for (const other of tree.querySelectorAll<HTMLElement>(`${ITEM}[tabindex="0"]`)) other.tabIndex = -1;
  item.tabIndex = 0;
}

/** The item that a key leads to; the item itself where the key folded it. */
function targetOf(tree: HTMLElement, item: HTMLElement, key: string): HTMLElement | undefined {
  const items = [...tree.querySelectorAll<HTMLElement>(ITEM)];
  const index = items.indexOf(item);
  const details = item.querySelector<HTMLDetailsElement>(':scope > details');
  switch (key) {
    case 'ArrowDown':
      return items[index + 1];
    case 'ArrowUp':
      return items[index - 1];
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    case 'ArrowRight':
      return details?.open === false ? fold(item, details) : items[index + 1];
    case 'ArrowLeft':
      if (details?.open) return fold(item, details);
      return item.parentElement?.closest<HTMLElement>(ITEM) ?? undefined;
    case 'Enter':
    case ' ':
      return details ? fold(item, details) : undefined;
    default:
      return undefined;
  }
}

function fold(item: HTMLElement, details: HTMLDetailsElement): HTMLElement {
  details.open = !details.open;
  return item;
}
