import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';

// Run as a process of its own, so that a test can kill it.
const [, , directory = ''] = process.argv;
const { url } = await startErpSimulator({ serve: serveSimulator, directory });
process.stdout.write(`${url}\n`);
