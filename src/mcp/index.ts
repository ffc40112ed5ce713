export { McpModule } from './mcp.module.js';
export { serveMemoryOverStdio } from './stdio.js';
