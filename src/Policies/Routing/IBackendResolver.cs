using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Routing;

/// <summary>Finds the destinations that routes name, and remembers what was asked for, so that a change there comes back.</summary>
public interface IBackendResolver
{
    /// <summary>The destination that a reference means; null when there is none, or not with this port.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="author">The policy that holds it: its namespace is meant where the reference names none.</param>
    ResolvedBackend? Resolve(BackendRef reference, Resource author);
}
