import { useEffect, useState } from 'react'

/** The clock of this machine in milliseconds, taken anew every second, for ages of what the session's clock knows nothing of. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
