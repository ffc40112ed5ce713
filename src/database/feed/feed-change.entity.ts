import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one commit changed in one topic in one way. */
@Entity('feed_changes', { withoutRowid: true })
export class FeedChangeEntity {
  /** The position of the commit. */
  @PrimaryColumn('integer')
  position!: number;

  /** Tells the changes of one commit apart. */
  @PrimaryColumn('integer')
  number!: number;

  /** The name of a topic, or `*` where any may have changed. */
  @Column('text')
  topic!: string;

  @Column('text')
  kind!: string;

  /** The keys of the changed rows, as a JSON array. */
  @Column('text')
  ids!: string;

  /** Whether `ids` names every changed row. */
  @Column('boolean', { name: 'is_complete' })
  isComplete!: boolean;

  @Column('text', { name: 'committed_at' })
  committedAt!: string;
}
