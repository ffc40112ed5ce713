import type { Operation } from '../../../../src/json-patch/index.js';

/** What a patch does to the members of one place of a document, and below it. */
export interface Place {
  readonly operations: Step[];
  readonly below: Map<string, Place>;
}

/** An operation at a member of its place. A move leads from another member of the same place. */
export type Step =
  | { readonly op: 'add' | 'remove' | 'replace'; readonly name: string }
  | { readonly op: 'move'; readonly from: string; readonly name: string };

/** The operations by their places. The whole document is the member with the name '' of the outermost place. */
export function placesOf(operations: readonly Operation[]): Place {
  const root = newPlace();
  for (const operation of operations) {
    const steps = namesOf(operation.path);
    const name = steps.pop() ?? '';
    const place = steps.reduce(placeBelow, root);
    if (operation.op === 'move')
      place.operations.push({ op: 'move', name, from: namesOf(operation.from).pop() ?? '' });
    else place.operations.push({ op: operation.op, name });
  }
  return root;
}

/** The names in a JSON pointer; that of the whole document is one empty name. */
function namesOf(pointer: string): string[] {
  if (pointer === '') return [''];
  return [
    '',
    ...pointer
      .slice(1)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')),
  ];
}

function placeBelow(place: Place, name: string): Place {
  const known = place.below.get(name);
  if (known) return known;
  const below = newPlace();
  place.below.set(name, below);
  return below;
}

function newPlace(): Place {
  return { operations: [], below: new Map() };
}
