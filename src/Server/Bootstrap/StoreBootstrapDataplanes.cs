using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Model.Validation;

namespace Mesh.Server.Bootstrap;

/// <summary>Dataplanes as the proxies bring them along, and as the store has them.</summary>
/// <param name="store">The store.</param>
/// <param name="labels">Who stores what is brought: tokens are judged by the labels that it has then.</param>
public sealed class StoreBootstrapDataplanes(IResourceStore store, LabelContext labels) : IBootstrapDataplanes
{
    /// <inheritdoc/>
    public BootstrapDataplane Read(string resource)
    {
        var parsed = Parse(resource);
        var violations = parsed.Violations;
        if (parsed.Resource is { } dataplane)
        {
            DataplaneKind.Resource.Validate?.Invoke(dataplane, violations);
            if (violations.IsEmpty)
            {
                return Describe(dataplane with { Labels = LabelComputation.Compute(dataplane, labels) });
            }
        }

        throw Invalid(parsed.Error, violations);
    }

    /// <inheritdoc/>
    public async ValueTask<BootstrapDataplane?> FindAsync(string mesh, string name, CancellationToken cancellationToken) =>
        await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken).ConfigureAwait(false) is { } resource
            ? Describe(resource)
            : null;

    private static ParsedResource Parse(string resource)
    {
        try
        {
            return YamlTree.ReadAll(resource) is [{ } tree]
                ? ResourceJson.Parse(tree, DataplaneKind.Resource)
                : throw Invalid("must be one YAML or JSON document", new ViolationList());
        }
        catch (YamlFormatException e)
        {
            throw Invalid(e.Message, new ViolationList());
        }
    }

    private static BootstrapException Invalid(string? error, ViolationList violations)
    {
        var faults = violations.Select(violation => $"{violation.Field}: {violation.Message}").Prepend(error).Where(fault => fault is not null);
        return new BootstrapException(422, "the Dataplane resource is not valid: " + string.Join("; ", faults));
    }

    private static BootstrapDataplane Describe(Resource resource)
    {
        var networking = resource.SpecAs<DataplaneSpec>().Networking ?? new DataplaneNetworking();
        var address = networking.Address ?? "";
        return new BootstrapDataplane
        {
            Labels = resource.Labels,
            Address = address,
            AdminPort = networking.Admin?.Port ?? 0,
            Listens =
            [
                .. (networking.Inbound ?? []).Select((inbound, index) => ($"networking.inbound[{index}].port", inbound.Address ?? address, inbound.Port)),
                .. (networking.Inbound ?? []).Select((inbound, index) => (
                    $"networking.inbound[{index}].servicePort",
                    inbound.ServiceAddress ?? "127.0.0.1",
                    inbound.ServicePort > 0 ? inbound.ServicePort : inbound.Port)),
                .. (networking.Outbound ?? []).Select((outbound, index) => ($"networking.outbound[{index}].port", outbound.Address ?? "127.0.0.1", outbound.Port)),
            ],
        };
    }
}
