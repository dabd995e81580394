namespace Mesh.Zone.Control.Loop;

/// <summary>
/// Keeps one sort of computed facts true. It learns of changes, says which of its items they touch, and then makes those
/// items true again. All state is in the store and the view, so an item can be worked on any number of times.
/// </summary>
internal interface IController
{
    /// <summary>Name in logs and metrics, e.g. <c>mesh-service</c>.</summary>
    string Name { get; }

    /// <summary>Adds the items that a change touches. Runs alone, before the round's work; the view already shows the change.</summary>
    void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty);

    /// <summary>Decides what one item after the other must decide, e.g. who gets which address. Runs alone; may add items.</summary>
    void Prepare(IReadOnlyCollection<WorkItem> items, ControlView view, ICollection<WorkItem> dirty)
    {
    }

    /// <summary>
    /// Makes one item true; runs beside other items, and writes only what differs. A write that another write overtook may
    /// throw: the item comes back with the newer state.
    /// </summary>
    /// <returns>When the item must be looked at again even if nothing changes; null: not before.</returns>
    ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken);
}
