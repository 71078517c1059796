import { Slider } from 'radix-ui'
import './slider.css'

interface BoundedSliderProps {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly step: number
  /** The value as it is read, beside the track and aloud. */
  readonly text: string
  readonly onChange: (value: number) => void
}

/** A figure that can be moved between two bounds, by pointer and by arrow keys, with its name and what it stands at. */
export function BoundedSlider({ label, value, low, high, step, text, onChange }: BoundedSliderProps) {
  return (
    <div className="bounded">
      <span className="label">{label}</span>
      <Slider.Root
        className="slide"
        value={[value]}
        min={low}
        max={Math.max(high, low + step)}
        step={step}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Slider.Track className="slide-track">
          <Slider.Range className="slide-range" />
        </Slider.Track>
        <Slider.Thumb className="slide-thumb" aria-label={label} aria-valuetext={text} />
      </Slider.Root>
      <b className="r">{text}</b>
    </div>
  )
}
