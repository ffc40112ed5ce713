import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says how far the changes of this database have come. */
@Entity('feed_head')
export class FeedHeadEntity {
  /** Always 1. */
  @PrimaryColumn('integer')
  id!: number;

  /** A random text of this database, which no copy of it keeps: positions are comparable under the same identity only. */
  @Column('text')
  identity!: string;

  /** The position of the last change. */
  @Column('integer')
  position!: number;
}
