import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the messages of a quarter of an hour used, by model; maintained with them, whichever program writes them. */
@Entity('conversation_usage', { withoutRowid: true })
export class UsageEntity {
  /** The first moment of the quarter. */
  @PrimaryColumn('text', { name: 'began_at' })
  beganAt!: string;

  /** Empty for messages without one. */
  @PrimaryColumn('text')
  model!: string;

  @Column('integer', { name: 'message_count' })
  messageCount!: number;

  @Column('integer', { name: 'tokens_used' })
  tokensUsed!: number;

  @Column('integer', { name: 'input_tokens' })
  inputTokens!: number;

  @Column('integer', { name: 'output_tokens' })
  outputTokens!: number;

  /** In billionths of a dollar. */
  @Column('integer')
  cost!: number;
}
