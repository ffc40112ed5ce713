import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a list shows of a conversation; triggers on its messages keep it true, whoever writes them. */
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
