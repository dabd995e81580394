using System.CommandLine;
using Mesh.Load.Reports;
using Mesh.Load.Runs;
using Mesh.Load.Scenarios;
using Mesh.Load.Serving;

// load SCENARIO.yaml ...: runs scenarios. load summary REPORT.json ...: one table of them. load serve: our raw server, started by runs.
var scenarios = new Argument<string[]>("scenario") { Description = "Scenario files, or names of those in load/Scenarios", Arity = ArgumentArity.OneOrMore };
var report = new Option<string>("--report") { Description = "Folder of the reports", DefaultValueFactory = _ => Path.Combine("artifacts", "load") };
var set = new Option<string[]>("--set") { Description = "A value in place of the scenario's: PATH=VALUE, e.g. --set fleet.proxies=100" };
var mesh = new Option<string>("--mesh") { Description = "The mesh program to measure, as published; otherwise the one that was built with this program", DefaultValueFactory = _ => "" };
var root = new RootCommand("Fleets of virtual Envoys against a control plane, and what they see of it") { scenarios, report, set, mesh };
root.SetAction(async (result, cancellationToken) =>
{
    try
    {
        foreach (var path in result.GetValue(scenarios)!)
        {
            var file = File.Exists(path) ? path : Path.Combine(AppContext.BaseDirectory, "Scenarios", path + ".yaml");
            var scenario = ScenarioReader.Read(await File.ReadAllTextAsync(file, cancellationToken), result.GetValue(set));
            if (result.GetValue(mesh) is { Length: > 0 } program)
            {
                scenario = scenario with { Servers = [.. scenario.Servers.Select(server => server with { Program = Path.GetFullPath(program) })] };
            }

            await SimulatorWarmUp.RunAsync(scenario, cancellationToken);
            var run = await ScenarioRun.RunAsync(scenario, Console.Out, cancellationToken);
            await run.WriteAsync(result.GetValue(report)!, cancellationToken);
            Console.WriteLine(SummaryTable.Write([run]));
        }

        return 0;
    }
    catch (Exception e) when (e is ScenarioException or HttpRequestException or IOException or InvalidOperationException or TimeoutException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});

var files = new Argument<string[]>("report") { Arity = ArgumentArity.OneOrMore };
var summary = new Command("summary", "Print one table of reports") { files };
summary.SetAction(result => Console.Out.Write(SummaryTable.Write(result.GetValue(files)!.Select(RunReport.Read))));
root.Add(summary);
root.Add(ServeCommand.Create());
return await root.Parse(args).InvokeAsync();
