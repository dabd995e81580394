using System.Text;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Fuzz;

/// <summary>Resources as a user writes them, which must be read or refused with violations.</summary>
internal sealed class ResourceTarget(bool isYaml) : IFuzzTarget
{
    private static readonly string[] _yaml =
    [
        "type: Mesh\nname: default\nmeshServices:\n  mode: Exclusive\n",
        "type: Dataplane\nmesh: default\nname: a-1\nlabels:\n  kuma.io/service: a\nnetworking:\n  address: 10.0.0.1\n  inbound:\n  - port: 80\n    name: main\n    tags: {kuma.io/protocol: http}\n  transparentProxying: {redirectPortInbound: 15006, redirectPortOutbound: 15001}\n",
        "type: MeshTimeout\nmesh: default\nname: t\nspec:\n  targetRef: {kind: Mesh}\n  to:\n  - targetRef: {kind: Mesh}\n    default:\n      connectionTimeout: 5s\n      http: {requestTimeout: 15s}\n",
        "type: MeshHTTPRoute\nmesh: default\nname: r\nspec:\n  to:\n  - targetRef: {kind: MeshService, name: a}\n    rules:\n    - matches: [{path: {type: PathPrefix, value: /}}]\n      default: {backendRefs: [{kind: MeshService, name: b, port: 80, weight: 1}]}\n",
        "type: MeshTrafficPermission\nmesh: default\nname: p\nspec:\n  rules:\n  - default:\n      allow:\n      - spiffeID: {type: Prefix, value: 'spiffe://x/'}\n---\ntype: Secret\nmesh: default\nname: s\ndata: c2VjcmV0\n",
    ];

    private static readonly string[] _words =
        ["type: ", "&a ", "*a", "<<: *a", "!!binary ", "? ", "- ", "{", "}", "[", "]", "\"", "'", "|\n", ">-\n", "---\n", "...\n", "~", "null", "1e999", "0x7fffffffffffffff", "\u0000", "\uFEFF", "spec", "targetRef", "\"kind\":"];

    private readonly ResourceCatalog _catalog = MeshCatalog.Create();

    public string Name => isYaml ? "yaml" : "json";

    public IReadOnlyList<byte[]> Seeds { get; } = [.. _yaml.Select(y => isYaml ? Encoding.UTF8.GetBytes(y) : ToJson(y))];

    public IReadOnlyList<byte[]> Words { get; } = [.. _words.Select(Encoding.UTF8.GetBytes)];

    public bool Feed(byte[] input)
    {
        var all = isYaml
            ? ResourceYaml.ParseAll(Encoding.UTF8.GetString(input), _catalog)
            : [ResourceJson.Parse(input, _catalog)];
        var understood = false;
        foreach (var one in all)
        {
            if (one.Resource is { } resource)
            {
                understood = true;
                ResourceJson.ToUtf8(resource);
            }
        }

        return understood;
    }

    public void Check()
    {
    }

    private static byte[] ToJson(string yaml) => Encoding.UTF8.GetBytes(YamlTree.ReadAll(yaml)[0]!.ToJsonString());
}
