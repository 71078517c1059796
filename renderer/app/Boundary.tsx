import { Component, type ReactNode } from 'react'

interface BoundaryProps {
  /** What stands inside, for the sentence that replaces it. */
  readonly name: string
  readonly children: ReactNode
}

/** Keeps a part of the window that cannot be drawn from taking the rest with it. */
export class Boundary extends Component<BoundaryProps, { readonly failure: string | undefined }> {
  override state: { readonly failure: string | undefined } = { failure: undefined }

  static getDerivedStateFromError(cause: unknown): { failure: string } {
    return { failure: cause instanceof Error ? cause.message : String(cause) }
  }

  override render(): ReactNode {
    const { failure } = this.state
    if (failure === undefined) return this.props.children
    return (
      <div className="empty" role="alert">
        {this.props.name} cannot be drawn: {failure}.{' '}
        <button type="button" className="chip" onClick={() => this.setState({ failure: undefined })}>
          Try again
        </button>
      </div>
    )
  }
}
