/** What is stored is not what was written. */
export class DamagedBlock extends Error {
  override readonly name = 'DamagedBlock';
}
