using System.Globalization;
using Mesh.Fuzz;
using Mesh.Fuzz.Http2;

// Fuzz --target delta|sotw|kds|yaml|json|http2|hpack [--minutes N] [--seed N]: feeds mutated input to a parser until the time is over. Ends with
// 1 and writes the input to a file when one crashes it, takes too long or leaves memory behind.
var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["--minutes"] = "1", ["--target"] = "delta", ["--seed"] = "1" };
for (var i = 0; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

IFuzzTarget? target = options["--target"] switch
{
    "delta" => new SessionTarget(isDelta: true),
    "sotw" => new SessionTarget(isDelta: false),
    "kds" => new KdsTarget(),
    "yaml" => new ResourceTarget(isYaml: true),
    "json" => new ResourceTarget(isYaml: false),
    "http2" => new ConnectionTarget(),
    "hpack" => new HeaderTarget(),
    _ => null,
};
if (target is null)
{
    await Console.Error.WriteLineAsync("--target must be delta, sotw, kds, yaml, json, http2 or hpack");
    return 2;
}

var minutes = double.Parse(options["--minutes"], CultureInfo.InvariantCulture);
return FuzzRun.Run(target, TimeSpan.FromMinutes(minutes), int.Parse(options["--seed"], CultureInfo.InvariantCulture));
