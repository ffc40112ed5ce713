/** The API takes 200 000 values; each is followed by one of these or begins with one. */
const MAX_MARKS = 600_000;
const MARK = /[,[{]/g;
/** A shorter text has room for no more. */
const MIN_CHARACTERS = MAX_MARKS;

/** Whether a state that came by another way than the API has so many values that comparing them takes too long. */
export function isTooLarge(text: string): boolean {
  if (text.length < MIN_CHARACTERS) return false;
  let marks = 0;
  while (MARK.test(text)) if (++marks > MAX_MARKS) break;
  MARK.lastIndex = 0;
  return marks > MAX_MARKS;
}
