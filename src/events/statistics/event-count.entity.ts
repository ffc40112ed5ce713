import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many events a node had in a quarter of an hour; maintained with them, whichever program writes them. */
@Entity('event_counts', { withoutRowid: true })
export class EventCountEntity {
  /** The first moment of the quarter. */
  @PrimaryColumn('text', { name: 'began_at' })
  beganAt!: string;

  /** Empty for events without one. */
  @PrimaryColumn('text')
  node!: string;

  /** All of them, also those whose type, severity or source nobody knows. */
  @Column('integer', { name: 'event_count' })
  eventCount!: number;

  @Column('integer')
  alerts!: number;

  @Column('integer')
  actions!: number;

  @Column('integer')
  statuses!: number;

  @Column('integer')
  metrics!: number;

  @Column('integer')
  infos!: number;

  @Column('integer')
  warnings!: number;

  @Column('integer')
  errors!: number;

  @Column('integer')
  criticals!: number;

  @Column('integer', { name: 'from_monitor' })
  fromMonitor!: number;

  @Column('integer', { name: 'from_user' })
  fromUser!: number;

  @Column('integer', { name: 'from_jarvis' })
  fromJarvis!: number;

  @Column('integer', { name: 'from_system' })
  fromSystem!: number;
}
