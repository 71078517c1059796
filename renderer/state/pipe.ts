import type { BytePipe } from '../../main/contract/wire.ts'

declare global {
  interface Window {
    readonly zerodtePipe: BytePipe
  }
}
