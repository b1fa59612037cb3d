import { hash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { HttpProblem } from '../problem.ts';
import { bearerOf } from './requestHeaders.ts';

const windowMs = 60_000;

/** One bucket per credential, and per address for callers without one. The credential itself is never kept. */
const bucketOf = (request: Request): string => {
  const token = bearerOf(request);
  return token === undefined ? `ip:${ipKeyGenerator(request.ip ?? '')}` : `key:${hash('sha256', token, 'base64')}`;
};

/** 429 with `Retry-After` and `RateLimit` fields above `perMinute` requests; 0 = no limit. Counted per process. */
export const limitRate = (perMinute: number): RequestHandler =>
  perMinute === 0
    ? (_request, _response, next) => next()
    : rateLimit({
        windowMs,
        limit: perMinute,
        standardHeaders: 'draft-8',
        legacyHeaders: false,
        keyGenerator: bucketOf,
        handler: (_request, _response, next) =>
          next(
            new HttpProblem('RATE_LIMITED', `More than ${perMinute} requests in a minute. Wait as Retry-After says.`, {
              retain: false,
            }),
          ),
      });
