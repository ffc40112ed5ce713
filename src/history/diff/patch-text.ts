import { operationText, type PatchWriter } from '../../json-patch/index.js';

export interface BoundedPatch {
  /** The JSON text of the operations. */
  readonly text: string;
  /** How many there are in all. */
  readonly operations: number;
  readonly isTruncated: boolean;
}

/** Writes the operations of a patch up to their limits; one at least, however large it is. */
export function patchText(patch: PatchWriter, maxOperations: number, maxCharacters: number): BoundedPatch {
  const { added, removed, changed, moved } = patch.counts;
  const operations = added + removed + changed + moved;
  const texts: string[] = [];
  let characters = 0;
  for (const operation of [...patch.tellingOperations, ...patch.noiseOperations]) {
    const text = operationText(operation);
    characters += text.length;
    if (texts.length === maxOperations || (texts.length > 0 && characters > maxCharacters)) break;
    texts.push(text);
  }
  return { text: `[${texts.join(',')}]`, operations, isTruncated: texts.length < operations };
}
