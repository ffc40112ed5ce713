import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { MonitorService, type Figure } from './monitor.service.js';

/** Made up. pve2 fills up, and somebody makes room. */
const FIGURES: readonly Figure[] = [
  { node: 'pve1', diskPercent: 41 },
  { node: 'pve2', diskPercent: 91 },
  { node: 'pve2', diskPercent: 93 },
  { node: 'pve2', diskPercent: 64 },
  { node: 'pve3', diskPercent: 72 },
];

/** Errors only, because the output is read by programs. */
const logger = new ConsoleLogger({ logLevels: ['error', 'fatal'] });

const [memoryFile = './data/example-memory.db', monitorFile = './data/example-monitor.db'] =
  process.argv.slice(2);
const app = await NestFactory.createApplicationContext(
  AppModule.forRoot({ memoryFile, monitorFile, logger }),
  { logger },
);
try {
  const monitor = app.get(MonitorService, { strict: false });
  for (const figure of FIGURES) {
    process.stdout.write(`${JSON.stringify(await monitor.look(figure))}\n`);
  }
} finally {
  await app.close();
}
