using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshTimeout;

/// <summary>The MeshTimeouts of a new mesh (contract §2.5).</summary>
internal static class MeshTimeoutDefaults
{
    public static IReadOnlyList<MeshDefault> For(string mesh) =>
    [
        new($"mesh-timeout-all-{mesh}", new MeshTimeoutSpec
        {
            TargetRef = TargetRef.WholeMesh,
            Rules =
            [
                new MeshTimeoutRule
                {
                    Default = new MeshTimeoutConf
                    {
                        ConnectionTimeout = GoDuration.FromSeconds(10),
                        IdleTimeout = GoDuration.From(TimeSpan.FromHours(2)),
                        Http = new MeshTimeoutHttp
                        {
                            RequestTimeout = GoDuration.Zero,
                            StreamIdleTimeout = GoDuration.From(TimeSpan.FromHours(1)),
                            MaxStreamDuration = GoDuration.Zero,
                        },
                    },
                },
            ],
        }),
        new($"mesh-timeout-to-all-{mesh}", new MeshTimeoutSpec
        {
            TargetRef = TargetRef.WholeMesh,
            To =
            [
                new MeshTimeoutTo
                {
                    TargetRef = TargetRef.WholeMesh,
                    Default = new MeshTimeoutConf
                    {
                        ConnectionTimeout = GoDuration.FromSeconds(5),
                        IdleTimeout = GoDuration.From(TimeSpan.FromHours(1)),
                        Http = new MeshTimeoutHttp
                        {
                            RequestTimeout = GoDuration.FromSeconds(15),
                            StreamIdleTimeout = GoDuration.From(TimeSpan.FromMinutes(30)),
                        },
                    },
                },
            ],
        }),
    ];
}
