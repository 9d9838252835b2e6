/** What the suite hands to `app: (hooks) => ...`: places where an app touches the world, so that they can be held and watched. */

/** A mail, a push message, a job: what leaves the app by itself. */
export interface Mail {
  /** The address, or the name of the user. */
  readonly to: string;
  /** All that is in it. */
  readonly text: string;
}

export interface Hooks {
  /** Different for each app that is made. */
  readonly seed: string;
  /** To be called in the place of a mailer: the suite compares the recipient with whose data is in the mail. */
  readonly mail: (mail: Mail) => void;
}
