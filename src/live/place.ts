/** How far somebody has come: the first `n` changes of a position, and all of those before it. */
export interface Place {
  /** Of the feed: positions are comparable under one only. */
  readonly identity: string;
  readonly position: number;
  readonly n: number;
}

export const PLACE_PATTERN = '^([\\w-]{1,64})\\.(\\d{1,15})\\.(\\d{1,15})$';
const FORM = new RegExp(PLACE_PATTERN);

export function idOf({ identity, position, n }: Place): string {
  return `${identity}.${position}.${n}`;
}

/** The place of an id; undefined where the text is none. */
export function placeOf(id: string): Place | undefined {
  const [, identity, position, n] = FORM.exec(id) ?? [];
  return identity === undefined ? undefined : { identity, position: Number(position), n: Number(n) };
}

/** The id from which one goes on after all of a position. */
export function idAfter(place: Omit<Place, 'n'>): string {
  return idOf(endOf(place));
}

/** The place after all of a position. */
export function endOf({ identity, position }: Omit<Place, 'n'>): Place {
  return { identity, position: position + 1, n: 0 };
}
