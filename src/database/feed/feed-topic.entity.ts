import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The position of the last change of a topic, which is the version of the topic. */
@Entity('feed_topics', { withoutRowid: true })
export class FeedTopicEntity {
  /** The name of a topic, or `*` for all of them. */
  @PrimaryColumn('text')
  topic!: string;

  @Column('integer')
  position!: number;
}
