using Mesh.Model.Resources;
using Mesh.Policies.Matching;

namespace Mesh.Server.Rest.Inspect;

/// <summary>The policies of one mesh, ready to be matched with its proxies, as of one revision of the store.</summary>
/// <param name="Revision">Revision of the store.</param>
/// <param name="Policies">The policies.</param>
/// <param name="Destinations">What policies can name.</param>
/// <param name="Resources">Destinations and identities of the mesh.</param>
internal sealed record PolicyPicture(
    long Revision, MeshPolicies Policies, IDestinationIndex Destinations, IReadOnlyList<Resource> Resources);
