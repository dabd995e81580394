using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Values;
using Mesh.Policies.MeshTimeout;

namespace Mesh.Convergence;

/// <summary>The resources that histories are about. What matters of a resource is one number: a label, and a secret's value.</summary>
internal static class Samples
{
    private const string ContentLabel = "content";

    private static readonly string _pem = SelfSigned();
    private static readonly MeshTimeoutSpec _timeout = new()
    {
        To = [new MeshTimeoutTo { TargetRef = new TargetRef { Kind = "Mesh" }, Default = new MeshTimeoutConf { ConnectionTimeout = GoDuration.FromSeconds(5) } }],
    };

    private static readonly MeshTimeoutSpec _producers = new()
    {
        To =
        [
            new MeshTimeoutTo
            {
                TargetRef = new TargetRef { Kind = TargetKinds.MeshService, Labels = new Dictionary<string, string> { [ResourceLabels.DisplayName] = "cart" } },
                Default = new MeshTimeoutConf { ConnectionTimeout = GoDuration.FromSeconds(5) },
            },
        ],
    };

    private static readonly ResourceDescriptor[] _given = [MeshTimeoutKind.Resource, SecretKind.Resource];
    private static readonly ResourceDescriptor[] _own = [MeshServiceKind.Resource, DataplaneKind.Resource, MeshTrustKind.Resource, MeshTimeoutKind.Resource];

    /// <summary>The kinds of the histories and no others, so that a connection is cheap.</summary>
    public static ResourceCatalog Catalog { get; } =
        new([MeshKind.Resource, ZoneKind.Resource, ConfigKind.Resource, .. _given, .. _own.SkipLast(1)]);

    public static string GivenKind(Step step) => _given[step.Kind % _given.Length].Kind;

    public static string OwnKind(Step step) => _own[step.Kind].Kind;

    public static string MeshName(Step step) => $"mesh-{step.Mesh}";

    public static string ZoneName(int zone) => $"zone-{zone}";

    public static Resource Zone(int zone, bool enabled) =>
        new() { Descriptor = ZoneKind.Resource, Name = ZoneName(zone), Spec = new ZoneSpec { Enabled = enabled } };

    public static Resource MeshOf(Step step) =>
        Global(MeshKind.Resource, "", MeshName(step), new MeshSpec(), step);

    public static Resource Given(Step step) =>
        Global(_given[step.Kind % _given.Length], MeshName(step), $"given-{step.Name}", GivenSpec(step), step);

    public static Resource Own(Step step)
    {
        var kind = _own[step.Kind];
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ResourceLabels.Origin] = "zone",
            [ResourceLabels.Zone] = ZoneName(step.Zone),
            [ContentLabel] = ContentOf(step),
        };
        if (kind.Policy is not null)
        {
            labels[ResourceLabels.PolicyRole] = "producer";
            labels[ResourceLabels.KubernetesNamespace] = "shop";
        }

        return new Resource { Descriptor = kind, Mesh = MeshName(step), Name = $"own-{step.Name}", Labels = labels, Spec = OwnSpec(kind, step) };
    }

    /// <summary>Whether what one zone wrote is for the others.</summary>
    public static bool IsPassedOn(string kind) => kind != DataplaneKind.Name;

    /// <summary>What a resource says, where it is from, and nothing that differs between control planes.</summary>
    public static string Describe(Resource resource)
    {
        var from = resource.Label(ResourceLabels.Zone) is { Length: > 0 } zone ? zone : "global";
        return $"{resource.Kind} {resource.Mesh}/{resource.DisplayName} of {from} = {resource.Label(ContentLabel)}";
    }

    private static string ContentOf(Step step) => (step.Value % 3).ToString(CultureInfo.InvariantCulture);

    private static Resource Global(ResourceDescriptor kind, string mesh, string name, object spec, Step step) => new()
    {
        Descriptor = kind,
        Mesh = mesh,
        Name = name,
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ResourceLabels.Origin] = "global", [ContentLabel] = ContentOf(step) },
        Spec = spec,
    };

    private static object GivenSpec(Step step) => step.Kind % _given.Length == 0 ? _timeout : new SecretSpec { Data = [(byte)step.Value] };

    private static object OwnSpec(ResourceDescriptor kind, Step step) => kind.Kind switch
    {
        MeshServiceKind.Name => new MeshServiceSpec { State = MeshServiceSpec.Available },
        DataplaneKind.Name => new DataplaneSpec { Networking = new DataplaneNetworking { Address = "10.0.0.1", Inbound = [new DataplaneInbound { Port = 80 }] } },
        MeshTrustKind.Name => new MeshTrustSpec
        {
            TrustDomain = $"{MeshName(step)}.{ZoneName(step.Zone)}.mesh.local",
            CaBundles = [new CaBundle { Type = "Pem", Pem = new PemBundle { Value = _pem } }],
        },
        _ => _producers,
    };

    private static string SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return certificate.ExportCertificatePem();
    }
}
