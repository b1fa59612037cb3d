import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from './catalogue.ts';
import { root } from './compiler.ts';
import { pagesOf } from './pages.ts';

const folder = join(root, 'docs/event-catalogue');
const pages = pagesOf(readCatalogue());
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
console.info(`${pages.size} pages in docs/event-catalogue`);
