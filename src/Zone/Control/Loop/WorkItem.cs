namespace Mesh.Zone.Control.Loop;

/// <summary>Something that may need work: what a controller answers for, by mesh and name.</summary>
/// <param name="Controller">Who does the work.</param>
/// <param name="Mesh">Mesh; empty for what belongs to none.</param>
/// <param name="Name">Name within controller and mesh.</param>
internal readonly record struct WorkItem(IController Controller, string Mesh, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Mesh.Length == 0 ? $"{Controller.Name} {Name}" : $"{Controller.Name} {Mesh}/{Name}";
}
