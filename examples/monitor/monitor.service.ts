import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EventsService, PreferencesService, type EventDto } from 'jarvis-memory';
import { Repository } from 'typeorm';
import { ProbeEntity } from './probe.entity.js';

/** How full the disk of a node is. */
export interface Figure {
  readonly node: string;
  readonly diskPercent: number;
}

/** What the monitor made of a figure. */
export interface Finding extends Figure {
  readonly threshold: number;
  readonly did: 'opened' | 'resolved' | 'nothing';
  /** The alert that it opened or resolved. */
  readonly eventId: number | null;
}

/** Marks the alerts of this monitor, so that it resolves its own and no others. */
const CHECK = 'example-monitor.disk';
const THRESHOLD = 'monitor.disk.threshold';
const FALLBACK_PERCENT = 85;

@Injectable()
export class MonitorService {
  constructor(
    private readonly events: EventsService,
    private readonly preferences: PreferencesService,
    @InjectRepository(ProbeEntity) private readonly probes: Repository<ProbeEntity>,
  ) {}

  /** Looks at one figure: opens an alert, resolves the one that is open, or leaves everything as it is. */
  async look(figure: Figure): Promise<Finding> {
    const threshold = await this.threshold();
    await this.probes.insert({ ...figure, threshold });
    const open = await this.openAlert(figure.node);
    const isTooFull = figure.diskPercent >= threshold;
    if (isTooFull && !open) return { ...figure, threshold, did: 'opened', eventId: await this.open(figure) };
    if (!isTooFull && open) {
      await this.events.resolveEvent(open.id, 'jarvis');
      return { ...figure, threshold, did: 'resolved', eventId: open.id };
    }
    return { ...figure, threshold, did: 'nothing', eventId: null };
  }

  /** Read each time, so that a change holds from the next look on. */
  private async threshold(): Promise<number> {
    const preference = await this.preferences.getPreference(THRESHOLD);
    const percent = Number(preference?.value ?? FALLBACK_PERCENT);
    return Number.isInteger(percent) ? percent : FALLBACK_PERCENT;
  }

  private async openAlert(node: string): Promise<EventDto | undefined> {
    const unresolved = await this.events.getUnresolved();
    return unresolved.find((event) => event.node === node && isOwn(event));
  }

  private async open({ node, diskPercent }: Figure): Promise<number> {
    const event = await this.events.saveEvent({
      type: 'alert',
      severity: 'warning',
      source: 'monitor',
      node,
      summary: `Disk usage on ${node} is at ${diskPercent} %`,
      details: { check: CHECK, diskPercent },
    });
    return event.id;
  }
}

function isOwn({ details }: EventDto): boolean {
  return typeof details === 'object' && details !== null && 'check' in details && details.check === CHECK;
}
