import { join } from 'node:path';

/** Where a running service writes down its address, for the terminal and the demonstration of the same data folder. */
export const addressFile = (dataDir: string): string => join(dataDir, 'address.json');
