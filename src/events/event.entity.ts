import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An event in the cluster. */
@Entity('events')
@Index('events_by_time', ['timestamp', 'id'])
@Index('events_by_type', ['type', 'timestamp', 'id'])
@Index('events_by_severity', ['severity', 'timestamp', 'id'])
@Index('events_by_source', ['source', 'timestamp', 'id'])
@Index('events_by_node', ['node', 'timestamp', 'id'])
@Index('events_unresolved', ['timestamp', 'id'], { where: '"resolved" = false' })
@Index('events_resolved', ['resolvedAt', 'id'], { where: '"resolved_at" IS NOT NULL' })
/** By an expression, which the migration knows. */
@Index('events_by_span', { synchronize: false })
export class EventEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  timestamp!: string;

  @Column('text')
  type!: string;

  @Column('text', { default: 'info' })
  severity!: string;

  @Column('text')
  source!: string;

  @Column('text', { nullable: true })
  node!: string | null;

  @Column('text')
  summary!: string;

  @Column('text', { nullable: true })
  details!: string | null;

  @Column('boolean', { default: false })
  resolved!: boolean;

  @Column('text', { name: 'resolved_at', nullable: true })
  resolvedAt!: string | null;

  @Column('text', { name: 'resolved_by', nullable: true })
  resolvedBy!: string | null;
}
