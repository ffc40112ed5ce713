import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A message of a conversation. */
@Entity('conversations')
@Index('conversations_by_time', ['timestamp', 'id'])
@Index('conversations_by_session', ['sessionId', 'timestamp', 'id'])
export class MessageEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { name: 'session_id' })
  sessionId!: string;

  @Column('text')
  timestamp!: string;

  @Column('text')
  role!: string;

  @Column('text')
  content!: string;

  @Column('text', { nullable: true })
  model!: string | null;

  @Column('integer', { name: 'tokens_used', nullable: true })
  tokensUsed!: number | null;

  @Column('integer', { name: 'input_tokens', nullable: true })
  inputTokens!: number | null;

  @Column('integer', { name: 'output_tokens', nullable: true })
  outputTokens!: number | null;

  @Column('real', { name: 'cost_usd', nullable: true })
  costUsd!: number | null;

  @Column('text', { name: 'tool_calls', nullable: true })
  toolCalls!: string | null;
}
