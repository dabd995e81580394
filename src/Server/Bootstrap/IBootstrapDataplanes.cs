namespace Mesh.Server.Bootstrap;

/// <summary>Where a bootstrap finds its Dataplane.</summary>
public interface IBootstrapDataplanes
{
    /// <summary>Reads the Dataplane that a proxy brings along.</summary>
    /// <exception cref="BootstrapException">It cannot be read or is not valid: every fault is named.</exception>
    BootstrapDataplane Read(string resource);

    /// <summary>The stored Dataplane; null where there is none.</summary>
    ValueTask<BootstrapDataplane?> FindAsync(string mesh, string name, CancellationToken cancellationToken);
}
