/**
 * Opt-in types: `import 'swapproof/express'` gives Express requests a typed `req.session`. Leave it out beside
 * @types/express-session, which declares the same property; `sessions.of(req)` is typed without it.
 */
import type { Session } from './session/session.js';

declare global {
  namespace Express {
    interface Request {
      readonly session: Session;
    }
  }
}
