import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The summary of a conversation, maintained with its messages, whichever program writes them. */
@Entity('conversation_sessions')
@Index('conversation_sessions_by_id', ['sessionId'], { unique: true })
@Index('conversation_sessions_by_time', ['lastMessageAt', 'id'])
export class SessionEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text', { name: 'session_id' })
  sessionId!: string;

  @Column('text', { name: 'first_message_at' })
  firstMessageAt!: string;

  @Column('text', { name: 'last_message_at' })
  lastMessageAt!: string;

  @Column('integer', { name: 'message_count' })
  messageCount!: number;

  @Column('integer', { name: 'tokens_used' })
  tokensUsed!: number;
}
