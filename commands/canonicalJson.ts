import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/evidence/canonicalJson.ts';

/** Lower-case hex of the UTF-8 bytes of `text`. */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** SHA-256 of the canonical JSON of `value`: equal content, equal hash, whatever the order of its members. */
export const contentSha256 = (value: unknown): string => sha256Hex(canonicalJson(value));
