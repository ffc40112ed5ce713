import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One figure that the monitor has looked at. Belongs to this application; the memory knows nothing of it. */
@Entity('probes')
export class ProbeEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  node!: string;

  @Column('real', { name: 'disk_percent' })
  diskPercent!: number;

  @Column('integer')
  threshold!: number;
}
