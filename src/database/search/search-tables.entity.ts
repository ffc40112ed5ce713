import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the text index of a kind reaches. */
@Entity('search_marks')
export class SearchMarkEntity {
  @PrimaryColumn('text')
  kind!: string;

  /** The index holds the rows up to this id, and none above it. */
  @Column('integer')
  mark!: number;

  /** How many rows it holds. */
  @Column('integer')
  rows!: number;
}

/** A row up to the mark of which the index has an older text, or none. */
@Entity('search_stale')
export class StaleRowEntity {
  @PrimaryColumn('text')
  kind!: string;

  @PrimaryColumn('integer')
  id!: number;

  /** A random number for each change, by which a batch knows that none came after it was prepared. */
  @Column('integer')
  version!: number;
}

/** The stem of a word, and in how many rows the index took it in: rows that were deleted since are counted too. */
@Entity('search_terms')
export class SearchTermEntity {
  @PrimaryColumn('text')
  kind!: string;

  @PrimaryColumn('text')
  term!: string;

  @Column('integer')
  documents!: number;
}
